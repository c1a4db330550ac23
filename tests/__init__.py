"""Tests: they mirror the source; e2e for whole programs, bench for benchmarks, demo for a first look."""
