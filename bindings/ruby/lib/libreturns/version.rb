# frozen_string_literal: true

module Libreturns
  # Of the gem, and of the C library that it carries.
  VERSION = "0.1.0"
end
