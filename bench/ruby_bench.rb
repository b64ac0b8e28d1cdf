#!/usr/bin/env ruby
# frozen_string_literal: true

# What it costs to ask from Ruby: nanoseconds per evaluation for each form of request, beside C alone.
#
# One real policy, one return of one line. All forms are timed in turn, round by round; printed are medians over the rounds, and
# the ratio to C. Shared machines drift: trust the ratios. "C alone" is one call of returns_batch_lines over all texts, from
# text to answer.

require "libreturns"

REQUESTS = 1000
ROUNDS = 21
FRAME = { id: "A-1", brand: "Ray-Ban", reason: :wrong_size, invoiced_on: Date.new(2026, 9, 10),
          delivered_on: Date.new(2026, 9, 14), unit_price: BigDecimal("80.00"), quantity: 2, tags: [] }.freeze
REQUEST = { requested_on: Date.new(2026, 10, 1), channel: :portal, new_order_units: { "Ray-Ban" => 12 }, lines: [FRAME] }.freeze

def c_alone(policy, texts)
  library = Libreturns::Library
  batch = library.made(:batch, policy.send(:handle))
  lines = texts.map { |text| "#{text}\n" }.join
  text, size = Array.new(2) { FFI::MemoryPointer.new(:pointer) }
  -> { library.check(library.returns_batch_lines(batch, lines, lines.bytesize, nil, text, size, nil)) }
end

def contenders(policy)
  text = policy.encode(REQUEST)
  texts = [text] * REQUESTS
  hashes = [REQUEST] * REQUESTS
  kept = policy.request.set(REQUEST.reject { |name, _| name == :lines })
  frame = kept.add_line(FRAME)
  each = ->(&evaluate) { -> { REQUESTS.times(&evaluate) } }
  {
    "C alone, text to answer" => c_alone(policy, texts),
    "evaluate_many(texts)" => -> { policy.evaluate_many(texts) { |outcome| outcome } },
    "evaluate_many(hashes)" => -> { policy.evaluate_many(hashes) { |outcome| outcome } },
    "evaluate(text)" => each.call { policy.evaluate(text) },
    "evaluate(hash)" => each.call { policy.evaluate(REQUEST) },
    "evaluate(hash), read one verdict" => each.call { policy.evaluate(REQUEST).lines.first.verdict },
    "evaluate(hash), full trace" => each.call { policy.evaluate(REQUEST, trace: :full) },
    "evaluate(Request)" => each.call { policy.evaluate(kept) },
    "Request: set a fact, evaluate" => each.call { frame.set(quantity: 3) && policy.evaluate(kept) }
  }
end

def median(values) = values.sort[values.size / 2]

runs = contenders(Libreturns::Policy.compile(path: File.expand_path("../examples/policies/eyewear-rotation.yaml", __dir__)))
times = runs.transform_values { [] }
ROUNDS.times do
  runs.each do |name, run|
    start = Process.clock_gettime(Process::CLOCK_MONOTONIC, :nanosecond)
    run.call
    times[name] << ((Process.clock_gettime(Process::CLOCK_MONOTONIC, :nanosecond) - start) / REQUESTS)
  end
end
base = median(times.values.first)
puts "| Ruby #{RUBY_VERSION} | ns | to C |", "|---|---|---|"
times.each do |name, values|
  thousands = median(values).to_s.gsub(/(\d)(?=(\d{3})+\z)/, "\\1,")
  puts format("| %s | %s | %.2f |", name, thousands, median(values).fdiv(base))
end
