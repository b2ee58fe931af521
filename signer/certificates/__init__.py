"""What a certificate will say: drafts of it, what stands against them, and the press that numbers and signs."""
