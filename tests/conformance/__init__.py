"""What every implementation of a protocol must do; subclassed by the tests of each."""
