import { expect, it } from 'vitest';
import { expandNames } from '../src/expand-names.ts';

it('names of a line are what it begins with, and each of its ends', () => {
  expect(expandNames({ 0: 'orders: read write', 2: 'billing/read: invoices' })).toEqual([
    'orders:read',
    'orders:write',
    'billing/read:invoices',
  ]);
});

it('names that have nothing in common follow a space', () => {
  expect(expandNames({ 0: ' audit orders:read' })).toEqual(['audit', 'orders:read']);
});

it('a place that the tenant has no permission for has an empty name', () => {
  expect(expandNames({ 0: ' audit  refund', 3: ' ' })).toEqual(['audit', '', 'refund', '']);
});

it('lines count by their places, however they are written', () => {
  expect(expandNames({ 10: ' c', 2: ' b', 0: ' a a2' })).toEqual(['a', 'a2', 'b', 'c']);
  expect(expandNames({})).toEqual([]);
});
