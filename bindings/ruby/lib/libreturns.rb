# frozen_string_literal: true

# Returns policies in YAML, compiled once, answered exactly, with an audit trace.
#
#   policy = Libreturns::Policy.compile(path: "policy.yaml")
#   policy.evaluate(requested_on: Date.new(2026, 4, 1), lines: [{ price: BigDecimal("80.00") }]).deny?
module Libreturns
end

require_relative "libreturns/version"
require_relative "libreturns/errors"
require_relative "libreturns/library"
require_relative "libreturns/verdict"
require_relative "libreturns/decision"
require_relative "libreturns/request"
require_relative "libreturns/policy"
