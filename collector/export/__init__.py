"""The quarter's figures in the forms that an office hands on."""
