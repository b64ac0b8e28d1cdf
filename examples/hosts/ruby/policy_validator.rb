# frozen_string_literal: true

require "libreturns"

# Whether a unit may come back, by the shop's policy. Has the interface of Solidus' validators of return items
# (Spree::ReturnItem::EligibilityValidator::BaseValidator); in a shop:
#
#   PolicyValidator.policy = Libreturns::Policy.compile(path: Rails.root.join("config/shop-returns.yaml"))
#   Spree::ReturnItem.return_eligibility_validator = PolicyValidator
#
# Solidus refunds the whole amount of an item that is eligible. So eligible is only what the policy grants finally, without
# anybody else's word, and for just that amount; what it refuses is rejected, with all its reasons; everything else is for a
# person.
class PolicyValidator
  class << self
    # @return [Libreturns::Policy] shared by all threads of the shop
    attr_accessor :policy
    # @return [String] of the policy's messages
    attr_writer :locale

    def locale = @locale || "en"
  end

  def initialize(return_item)
    @return_item = return_item
  end

  def eligible_for_return? = outcome.first == :eligible

  def requires_manual_intervention? = outcome.first == :manual

  # @return [Hash{Symbol=>String}] why the item is not eligible, by reason; empty if it is
  def errors = outcome.last

  # @return [Libreturns::Decision] with its trace: what to keep with the item
  def decision = @decision ||= policy.evaluate(request, trace: :full)

  private

  def policy = self.class.policy

  def outcome
    @outcome ||= assess(decision.first)
  rescue Libreturns::RequestError => e
    @outcome = [:manual, { faulty_item: e.message }]
  end

  def assess(line)
    item = @return_item
    case line
    in nil then [:manual, { no_policy: "no policy was in force" }]
    in { status: :undecided, needs: } then [:manual, { missing_facts: needs.join(", ") }]
    in { verdict: :deny, portions: [{ reasons: }] } then [:refused, reasons.to_h { |code| [code.to_sym, message(code)] }]
    in { portions: [{ awaits: [_, *] => roles }] } then [:manual, { approval: roles.join(", ") }]
    in { assumed: [_, *] => assumed } then [:manual, { not_inspected: assumed.join(", ") }]
    in { verdict: :exchange_only, portions: [{ because: }] } unless item.exchange_requested?
      [:manual, { exchange_only: message(because) }]
    in { net: } unless net == item.amount then [:manual, { amount: "the policy credits #{decision.to_h.dig("totals", "net")}" }]
    else [:eligible, {}]
    end
  end

  def message(code) = policy.message(code, self.class.locale) || code

  # What the shop knows, in the policy's words. What it does not know is left out.
  def request
    item = @return_item
    unit = item.inventory_unit
    received = item.reception_status == "received"
    facts = { id: unit.id.to_s, shipped_on: unit.shipment.shipped_at&.to_date, reason: item.return_reason&.name,
              price: unit.line_item.price, final_sale: unit.variant.product.final_sale }
    facts[:resellable] = item.resellable if received
    { requested_on: item.return_authorization.created_at.to_date, done: received ? [:inspect] : [], lines: [facts.compact] }
  end
end
