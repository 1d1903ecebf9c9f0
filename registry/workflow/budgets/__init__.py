"""What a source may expose to whom: budgets, the ledger they are held against, and the gate."""
