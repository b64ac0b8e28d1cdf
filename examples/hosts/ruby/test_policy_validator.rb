# frozen_string_literal: true

# The validator's own tests, against the policy that it ships with.

require "minitest"
require_relative "policy_validator"
require_relative "spree_stand_ins"

class TestPolicyValidator < Minitest::Test
  PolicyValidator.policy = Libreturns::Policy.compile(path: File.join(__dir__, "shop-returns.yaml"))
  Spree::ReturnItem.return_eligibility_validator = PolicyValidator

  def item(price: "80.00", days: 10, reason: "no_longer_needed", final_sale: false, **more)
    shipped = Time.utc(2026, 3, 1, 9)
    order = Spree::Order.new(number: "R1", completed_at: shipped - 86_400)
    lamp = Spree::Variant.new(product: Spree::Product.new(name: "Lamp", final_sale: final_sale))
    unit = Spree::InventoryUnit.new(id: 7, order: order, variant: lamp, line_item: Spree::LineItem.new(price: BigDecimal(price)),
                                    shipment: Spree::Shipment.new(shipped_at: shipped))
    Spree::ReturnItem.new(inventory_unit: unit, amount: BigDecimal(price), return_reason: Spree::ReturnReason.new(name: reason),
                          return_authorization: Spree::ReturnAuthorization.new(created_at: shipped + (days * 86_400)), **more)
  end

  def received(resellable: true, **facts) = item(**facts).tap { |item| item.receive!(resellable: resellable) }

  def assert_outcome(status, errors, item)
    assert_equal [status, errors], [item.acceptance_status, item.acceptance_status_errors]
  end

  def test_what_comes_back_in_time_is_accepted
    [0, 10, 30].each { |days| assert_outcome("accepted", {}, received(days: days)) }
  end

  def test_a_late_item_is_rejected_with_the_reason_in_the_shops_language
    assert_outcome("rejected", { window_expired: "The return window has closed." }, received(days: 61))
    PolicyValidator.locale = "es"
    assert_outcome("rejected", { window_expired: "El plazo de devolución ha terminado." }, received(days: 61))
  ensure
    PolicyValidator.locale = nil
  end

  def test_all_reasons_are_told
    expected = { final_sale: "Final sale items cannot be returned.", window_expired: "The return window has closed." }
    assert_outcome("rejected", expected, received(days: 61, final_sale: true))
  end

  def test_our_own_fault_counts_even_for_a_final_sale
    assert_outcome("accepted", {}, received(days: 80, final_sale: true, reason: "damaged", resellable: false))
  end

  def test_an_item_that_is_not_received_waits_for_its_inspection
    validator = PolicyValidator.new(item)
    refute_predicate validator, :eligible_for_return?
    assert_predicate validator, :requires_manual_intervention?
    assert_equal({ not_inspected: "resellable" }, validator.errors)
    assert_predicate validator.decision.first, :provisional?
  end

  def test_an_item_without_a_chance_need_not_be_received
    validator = PolicyValidator.new(item(days: 61))
    refute_predicate validator, :eligible_for_return?
    refute_predicate validator, :requires_manual_intervention?
  end

  def test_a_used_item_is_refunded_in_part_by_a_person
    assert_outcome("manual_intervention_required", { amount: "the policy credits 48.00" }, received(resellable: false))
    assert_outcome("accepted", {}, received(resellable: false, amount: BigDecimal("48.00")))
  end

  def test_a_late_item_is_good_for_an_exchange
    assert_outcome("manual_intervention_required", { exchange_only: "late" }, received(days: 45))
    assert_outcome("accepted", {}, received(days: 45, exchange_variant: Spree::Variant.new))
  end

  def test_a_dear_item_waits_for_the_manager
    assert_outcome("manual_intervention_required", { approval: "manager" }, received(price: "500.01"))
    assert_outcome("accepted", {}, received(price: "500.00"))
  end

  def test_what_the_shop_does_not_know_is_asked_for
    lost = item
    lost.inventory_unit.shipment.shipped_at = nil
    lost.receive!(resellable: true)
    assert_outcome("manual_intervention_required", { missing_facts: "shipped_on" }, lost)
  end

  def test_a_reason_that_the_policy_does_not_know
    strange = received(reason: "aliens")
    assert_equal "manual_intervention_required", strange.acceptance_status
    assert_match(%r{\AR0903 at /lines/0/reason: }, strange.acceptance_status_errors[:faulty_item])
  end

  def test_the_decision_is_kept_with_its_trace
    validator = PolicyValidator.new(received(days: 61))
    kept = Libreturns::Decision.parse(validator.decision.record)
    assert_equal validator.decision, kept
    assert_equal "otherwise", kept.first.first.rule.name
    assert_includes kept.trace.to_s, "requested_on within 60 days of shipped_on"
  end
end
