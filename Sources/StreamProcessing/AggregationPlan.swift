package import Columnar

/// What is computed over the values of a window.
package enum AggregateFunction: String, Hashable, Sendable, CaseIterable {
  case avg, sum, count, min, max, median
}

/// One column of an aggregation's result.
package struct Aggregate: Hashable, Sendable {
  /// What is computed.
  package var function: AggregateFunction
  /// The field over whose values; nil counts rows.
  package var field: String?
  /// The result column's name.
  package var name: String

  package init(_ function: AggregateFunction, of field: String?, as name: String) {
    self.function = function
    self.field = field
    self.name = name
  }
}

/// An aggregation that does not fit the stream's schema.
package struct PlanError: Error, Hashable, CustomStringConvertible {
  package enum Fault: Hashable, Sendable {
    case noSuchField(String, fields: [String])
    case notATime(String, DataType)
    case noTimeField
    case notNumeric(AggregateFunction, field: String, DataType)
    case noAggregates
    case nameTwice(String)
    case appendWithoutWatermark
    case noKey(String, DataType)
  }

  package let fault: Fault

  /// The problem, in one line.
  package var description: String {
    switch fault {
    case .noSuchField(let name, _): "there is no field '\(name)'"
    case .notATime(let name, let type): "windows need a TIMESTAMP: '\(name)' is \(type.sqlName)"
    case .noTimeField: "windows need a TIMESTAMP: the stream has no such field"
    case .notNumeric(let function, let field, let type):
      "\(function.rawValue) needs numbers: '\(field)' is \(type.sqlName)"
    case .noAggregates: "an aggregation needs an aggregate"
    case .appendWithoutWatermark:
      "mode append writes each window once, when it is over, and without a watermark no window ever is"
    case .noKey(let name, let type): "'\(name)' is the windows' \(type.sqlName), which cannot group rows"
    case .nameTwice(let name): "two columns would be called '\(name)'"
    }
  }
}

/// Windows over an event time and what is computed in each: `SELECT window, avg(favorite) … GROUP BY window`.
package struct AggregationPlan: Hashable, Sendable {
  /// The field with the event time.
  package let timeField: String
  /// The windows of event time.
  package let window: WindowSpecification
  /// The fields by whose values a window's events are grouped further.
  package let groupFields: [String]
  /// What is computed in each window, in the order of the result's columns; at least one.
  package let aggregates: [Aggregate]
  /// The allowed lateness: how far an event may lie behind the latest one and still count; nil is for ever. Modes update
  /// and append drop later events and forget closed windows.
  package let watermarkDelay: EventTimeInterval?
  /// How far ahead of its arrival an event's time may lie; events further ahead are left out. Nil takes all.
  package let maxFuture: EventTimeInterval?
  /// Which events count; nil for all.
  package let predicate: Predicate?
  /// The stream's columns.
  package let input: Schema
  /// `groupTime TIMESTAMP`, a window's start, then the fields that it is grouped by, then the aggregates.
  package let output: Schema

  /// The columns that identify a row of the result.
  package var keyColumns: [String] { [Self.groupTime] + groupFields }

  /// The result's first column, the start of the window, as the tutorial calls it.
  package static let groupTime = "groupTime"

  /// - Parameter timeField: nil takes the schema's first TIMESTAMP.
  /// - Throws: ``PlanError`` if the plan does not fit the schema.
  package init(
    timeField: String? = nil, window: WindowSpecification, groupFields: [String] = [], aggregates: [Aggregate],
    watermarkDelay: EventTimeInterval? = nil, maxFuture: EventTimeInterval? = nil, predicate: Predicate? = nil,
    input: Schema
  ) throws(PlanError) {
    func field(_ name: String) throws(PlanError) -> Field {
      guard let index = input.index(of: name) else {
        throw PlanError(fault: .noSuchField(name, fields: input.names))
      }
      return input.fields[index]
    }
    if let timeField {
      let time = try field(timeField)
      guard time.type == .timestamp else { throw PlanError(fault: .notATime(time.name, time.type)) }
      self.timeField = time.name
    } else {
      guard let time = input.fields.first(where: { $0.type == .timestamp }) else {
        throw PlanError(fault: .noTimeField)
      }
      self.timeField = time.name
    }
    guard !aggregates.isEmpty else { throw PlanError(fault: .noAggregates) }
    var output = [Field(Self.groupTime, .timestamp)]
    for name in groupFields {
      let group = try field(name)
      guard group.name != self.timeField else { throw PlanError(fault: .noKey(group.name, group.type)) }
      output.append(Field(group.name, group.type))
      guard output.count(where: { $0.name.lowercased() == group.name.lowercased() }) == 1 else {
        throw PlanError(fault: .nameTwice(group.name))
      }
    }
    for aggregate in aggregates {
      var over: Field?
      if let name = aggregate.field { over = try field(name) }
      let type = try Self.type(of: aggregate.function, over: over)
      output.append(Field(aggregate.name, type))
      guard output.count(where: { $0.name.lowercased() == aggregate.name.lowercased() }) == 1 else {
        throw PlanError(fault: .nameTwice(aggregate.name))
      }
    }
    self.window = window
    self.groupFields = output.dropFirst().prefix(groupFields.count).map(\.name)
    self.watermarkDelay = watermarkDelay
    self.maxFuture = maxFuture
    self.aggregates = aggregates
    self.predicate = predicate
    self.input = input
    self.output = Schema(output)
  }

  private static func type(of function: AggregateFunction, over field: Field?) throws(PlanError) -> DataType {
    guard function != .count, let field else { return .long }
    let isOrdered = function == .min || function == .max
    guard field.type.isNumeric || (isOrdered && field.type == .timestamp) else {
      throw PlanError(fault: .notNumeric(function, field: field.name, field.type))
    }
    return switch function {
    case .avg, .median: .double
    case .sum: field.type == .double ? .double : .long
    case .min, .max: field.type
    case .count: .long
    }
  }
}

extension AggregationPlan {
  /// The fields of the stream that the aggregation reads.
  var fieldsRead: Set<String> {
    let aggregated = aggregates.compactMap { $0.field.flatMap(input.index) }.map { input.fields[$0].name }
    return Set([timeField] + groupFields + aggregated + (predicate?.condition.columns ?? []))
  }

  /// - Throws: ``PlanError`` if a batch of that mode would never have a result.
  package func check(_ mode: OutputMode) throws(PlanError) {
    if mode == .append, watermarkDelay == nil { throw PlanError(fault: .appendWithoutWatermark) }
  }

  /// The plan as lines that a person can compare; equal for plans that may continue each other's state.
  package var fingerprint: [String] {
    [
      "schema \(input)", "time \(timeField)", "window \(window.length)", "slide \(window.slide)",
      "by \(groupFields.isEmpty ? "window" : groupFields.joined(separator: ", "))",
      "watermark \(watermarkDelay.map { "\($0)" } ?? "none")", "where \(predicate?.text ?? "everything")",
    ] + window.fingerprint + (maxFuture.map { ["max-future \($0)"] } ?? [])
      + aggregates.map { "\($0.function.rawValue)(\($0.field ?? "*")) as \($0.name)" }
  }
}
