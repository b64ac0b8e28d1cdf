# frozen_string_literal: true

# What is to be done next.

require "support"

class TestSteps < Minitest::Test
  include Support

  Policy = Libreturns::Policy
  POLICY = Policy.compile(path: Support::EYEWEAR)

  DATED = Support::KINDS.sub("rules:\n", "workflow:\n  - {step: ship, by: customer, within: 10 days of asked}\nrules:\n")
                        .sub("facts:\n", "facts:\n  - {fact: asked, type: date, of: request}\n").freeze

  def states(steps) = steps.map { |step| "#{step.name} #{step.state}" }

  def test_a_workflow
    first = POLICY.steps(FRAMES)
    assert_equal ["approve skipped", "ship due", "inspect waiting", "recondition waiting", "settle waiting"], states(first)
    assert_equal ["area_manager", ["request_value > 1000.00"]], [first[0].by, first[0].reasons]
    assert_equal [["ship"], %i[condition findings]], [first[2].reasons, first[2].facts]
    assert_equal "inspect due", states(POLICY.steps(**FRAMES, done: [:ship]))[2]
    assert_equal ["approve due", "ship waiting"],
                 states(POLICY.steps({ **FRAMES, lines: [{ **FRAME, unit_price: BigDecimal(500) }] })).first(2)
    assert_operator first, :frozen?
  end

  def test_dates
    policy = Policy.compile(DATED)
    values = request(line, asked: Date.new(2026, 4, 1))
    ship = policy.steps(values).first
    expected = { name: "ship", by: "customer", state: :due, date: Date.new(2026, 4, 11), reasons: [], facts: [] }
    assert_equal Libreturns::Step.new(**expected), ship
    assert_equal "ship by customer until 2026-04-11 is due", ship.to_s
    assert_equal(%i[due overdue], [11, 12].map { |day| policy.steps(**values, as_of: Date.new(2026, 4, day)).first.state })
  end

  def test_the_forms_of_a_request
    kept = POLICY.request.set(FRAMES.reject { |name, _| name == :lines })
    kept.add_line(FRAME)
    [POLICY.encode(FRAMES), kept].each { |form| assert_equal POLICY.steps(FRAMES), POLICY.steps(form) }
    assert_empty Policy.compile(KINDS).steps('{"lines":[]}')
  end

  def test_misuse
    policy = Policy.compile(KINDS)
    refused(Libreturns::RequestError, %r{R0902 at /lines/0/colour}) { policy.steps(request(line(colour: 1))) }
    refused(TypeError) { policy.steps(nil) }
    refused(ArgumentError) { policy.steps }
    refused(Libreturns::Error, /another policy/) { policy.steps(Policy.compile(KINDS).request) }
    policy.close
    refused(Libreturns::Error, /closed/) { policy.steps(request(line)) }
  end
end
