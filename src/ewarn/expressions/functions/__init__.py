"""The functions of the rule language, one subject per file; nothing here is registered, everything is found."""
