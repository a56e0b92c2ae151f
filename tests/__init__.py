"""The tests."""

import gc

# What is imported is half a million objects that stay: to look through them for garbage every few moments takes a tenth
# of the time of all tests.
gc.set_threshold(20_000, 50, 100)
