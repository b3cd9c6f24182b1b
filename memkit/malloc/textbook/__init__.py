"""The allocators of the textbooks: one free list (freelist), blocks of powers of two (buddy)."""
