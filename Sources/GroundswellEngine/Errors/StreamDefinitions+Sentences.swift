import CivilTime
import Columnar
package import StreamProcessing
import Wording

// What `stream` and `aggregate` refuse.

extension SchemaSyntaxError: Explained {
  package var remedy: String? {
    switch fault {
    case .empty: "write \"timestamp TIMESTAMP, favorite INT\""
    case .unreadableField: "write a name and a type: favorite INT"
    case .unknownType(let type): Suggestion.remedy(for: type, in: Schema.streamTypes)
    case .duplicateField: "give fields names that differ by more than case"
    }
  }

  package var wordAtFault: String? { if case .unknownType(let type) = fault { type } else { nil } }
}

extension PlanError: Explained {
  package var remedy: String? {
    switch fault {
    case .noSuchField(let name, let fields): Suggestion.remedy(for: name, in: fields, or: Self.schemaRemedy)
    case .notATime: "name the field with the time: --time FIELD"
    case .noTimeField: Self.schemaRemedy
    case .notNumeric: "count takes any field"
    case .noAggregates: "add one of --avg, --sum, --count, --min, --max, --median FIELD"
    case .appendWithoutWatermark:
      "say how late events may come (aggregate … --watermark 1h), or use --mode complete or update"
    case .noKey(let name, _): "leave it out: --time \(name) makes its windows"
    case .nameTwice: "name one of them with --as NAME"
    }
  }

  package var wordAtFault: String? { if case .noSuchField(let name, _) = fault { name } else { nil } }

  fileprivate static let schemaRemedy = "name it in the stream's schema"
}

extension PredicateSyntaxError: Explained {
  package var remedy: String? {
    switch fault {
    case .unexpected: "write favorite > 10 AND lang = 'en'"
    case .unknownField(let name, let fields): Suggestion.remedy(for: name, in: fields, or: PlanError.schemaRemedy)
    case .wrongLiteral: "write numbers as they are, text and times in '…'"
    case .openQuote: "add ' where it should end"
    }
  }

  package var wordAtFault: String? { if case .unknownField(let name, _) = fault { name } else { nil } }
}

extension WindowSpecificationError: Explained {
  package var remedy: String? {
    switch fault {
    case .gaps: "choose a slide from 1us to \(length), the window's length"
    case .tooMany: "choose a longer slide, or a shorter window"
    case .slidesInZone: "leave --slide out, or leave --time-zone out"
    case .partsOfDay: "choose whole days or weeks, or a part of a day like 1h, 6h, 12h; or leave --time-zone out"
    case .tooLong: "choose shorter windows, or leave --time-zone out"
    }
  }
}

extension EventTimeIntervalError: Explained {
  package var remedy: String? { "write a whole number and a unit: 500ms, 90s, 30 minutes, 1h, 1 day, 2 weeks" }
}

extension RejectedEvent.Reason {
  /// What to do, if the reason alone does not say it.
  var remedy: String? {
    guard case .wrongType(_, .timestamp, _) = self else { return nil }
    return """
      times are read from \(Timestamp.writtenForms); name other forms: \
      stream … --time-format \(TimeFormat.allCases.map(\.rawValue).joined(separator: "|"))
      """
  }
}
