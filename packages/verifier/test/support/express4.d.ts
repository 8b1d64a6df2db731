// Express 4, installed under this name beside Express 5, whose types do for what the tests use of it.
declare module 'express4' {
  import express from 'express';
  export default express;
}
