"""The append-only record of every act: who may do it, whose second word it takes, and its log."""
