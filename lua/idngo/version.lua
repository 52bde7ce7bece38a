-- The version, once.
return "0.1.1"
