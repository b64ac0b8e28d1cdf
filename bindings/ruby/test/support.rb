# frozen_string_literal: true

# What the tests share: a real policy, and a small one with a fact of every type.

require "json"
require "libreturns"

module Support
  ROOT = File.expand_path("../../..", __dir__)
  EYEWEAR = File.join(ROOT, "examples", "policies", "eyewear-rotation.yaml")
  FIVE_FRAMES = File.read(File.join(ROOT, "examples", "requests", "five-frames.json"), encoding: "UTF-8").freeze

  KINDS = <<~YAML
    returns: 1
    policy: kinds
    revision: "3"
    title: One fact of every type
    currency: EUR
    facts:
      - {fact: gift,     type: flag,   of: request, absent: no}
      - {fact: channel,  type: choice, of: request, values: [portal, phone], absent: portal}
      - {fact: ordered,  type: count,  of: brand, absent: 0}
      - {fact: brand,    type: text, optional: yes}
      - {fact: tags,     type: set, values: [worn, washed, torn], absent: none}
      - {fact: pieces,   type: count, absent: 1}
      - {fact: weight,   type: decimal, absent: 0}
      - {fact: lost,     type: percent, absent: 0%}
      - {fact: price,    type: money, range: 0.00 .. 5000.00}
      - {fact: bought,   type: date, absent: 2026-01-01}
      - {fact: sent_at,  type: instant, optional: yes}
      - {fact: window,   type: days, absent: 30 days}
      - {fact: warranty, type: months, absent: 24 months}
      - {fact: delay,    type: hours, absent: 0 hours}
      - {fact: note,     type: text, optional: yes, private: yes}
    units: pieces
    unit_value: price
    require:
      - weight < 100
    rules:
      - rule: torn
        when:
          - tags has torn
        then: deny
        because: torn
    otherwise: {then: authorize, because: fine}
    messages:
      - message: torn
        texts:
          - {locale: en, text: "It is torn."}
          - {locale: fr, text: "Il est déchiré."}
  YAML

  FRAME = { id: "A-1", brand: "Ray-Ban", reason: :slow_moving, invoiced_on: Date.new(2026, 1, 15),
            delivered_on: Date.new(2026, 1, 20), unit_price: BigDecimal("80.00"), quantity: 5, tags: Set[] }.freeze
  FRAMES = { requested_on: Date.new(2026, 10, 1), channel: :portal, new_order_units: { "Ray-Ban" => 12 }, lines: [FRAME] }.freeze

  def line(**facts) = { price: BigDecimal("10.00"), **facts }

  def request(*lines, **facts) = { **facts, lines: lines }

  # The error that the block raises.
  def refused(kind, pattern = //, &block)
    error = assert_raises(kind, &block)
    assert_match(pattern, error.message)
    error
  end
end
