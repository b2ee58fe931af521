"""The registry's database: tables, the engine, transactions."""
