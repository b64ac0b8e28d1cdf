# frozen_string_literal: true

require_relative "lib/libreturns/version"

# As it lies here the gem needs a library on the system; package.sh makes the one that carries its own.
Gem::Specification.new do |spec|
  spec.name = "libreturns"
  spec.version = Libreturns::VERSION
  spec.platform = Gem::Platform.local if File.exist?(File.join(__dir__, "lib", "libreturns", "libreturns.so"))
  spec.authors = ["The libreturns developers"]
  spec.summary = "Returns policies in YAML, compiled once, answered exactly, with an audit trace"
  spec.description = "A returns policy, written in YAML by the people who own it: authorize, deny, partial credit or " \
                     "exchange only, the money to the cent, and a trace that points at lines of the policy file."
  spec.license = "MIT"
  spec.required_ruby_version = ">= 3.0"
  spec.files = Dir.glob(%w[lib/**/*.rb lib/**/*.so* sig/*.rbs README.md LICENSE THIRD-PARTY-NOTICES.txt], base: __dir__).sort
  spec.metadata = { "rubygems_mfa_required" => "true" }
  spec.add_dependency "bigdecimal", ">= 3.0"
  spec.add_dependency "ffi", "~> 1.15"
end
