#!/usr/bin/env node
// Committed, as npm links commands at install, which comes before the build in a fresh clone.
import '../dist/bundle/bin.js';
