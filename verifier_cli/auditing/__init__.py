"""What is looked at whole: a bundle with its signatures, its log, a record of acts, an archive."""
