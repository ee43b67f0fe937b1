import JSONText

/// What a table requires of its readers and writers. A feature that a table only lists, or a version that only allows it,
/// requires nothing as long as no part of the table uses it.
struct TableProtocol {
  let action: JSON
  let configuration: [String: String]
  let schemaText: String

  // MARK: Reading

  /// A feature that readers must support and this one does not; nil without any.
  var readerDemand: String? {
    let version = action["minReaderVersion"]?.integer ?? 1
    switch version {
    case ...1: return nil
    case 2: return isMapped ? "column mapping" : nil
    case 3:
      let unknown = (action["readerFeatures"]?.elements?.compactMap(\.text) ?? []).filter(isUsed)
      return unknown.isEmpty ? nil : "the reader features \(unknown.sorted().joined(separator: ", "))"
    default: return "reader version \(version)"
    }
  }

  /// Whether a reader without the feature would return wrong rows.
  private func isUsed(_ feature: String) -> Bool {
    switch feature {
    case "v2Checkpoint", "vacuumProtocolCheck": false
    // A file with a deletion vector is refused when it is read.
    case "deletionVectors": false
    case "columnMapping": isMapped
    // Columns of these types are refused by name.
    case "timestampNtz", "variantType", "variantType-preview", "variantShredding", "variantShredding-preview": false
    case "typeWidening", "typeWidening-preview": schemaText.contains("delta.typeChanges")
    default: true
    }
  }

  private var isMapped: Bool { (configuration["delta.columnMapping.mode"] ?? "none").lowercased() != "none" }

  // MARK: Writing

  /// A demand on writers that this one may not fulfil; nil without any.
  var writerDemand: String? {
    if let used = usedDemand { return used }
    let known: Set<String> = ["appendOnly", "invariants", "v2Checkpoint", "vacuumProtocolCheck"]
    switch action["minWriterVersion"]?.integer ?? 2 {
    case ...2: break
    case 3: return "writer version 3 (CHECK constraints)"
    case 4: return "writer version 4 (CHECK constraints, change data feed, generated columns)"
    case 5: return "writer version 5 (column mapping)"
    case 6: return "writer version 6 (identity columns)"
    case 7:
      let unknown = (action["writerFeatures"]?.elements?.compactMap(\.text) ?? []).filter { !known.contains($0) }
      if !unknown.isEmpty { return "the writer features \(unknown.sorted().joined(separator: ", "))" }
    case let version: return "writer version \(version)"
    }
    let narrow = SchemaText.writtenTypes(of: schemaText).first { SchemaText.narrow.contains($0.type) }
    return narrow.map { "a column of type \($0.type) ('\($0.name)')" }
  }

  /// A demand that the table makes use of, by name.
  private var usedDemand: String? {
    let constraints = configuration.keys.filter { $0.lowercased().hasPrefix("delta.constraints.") }.sorted()
    if let first = constraints.first { return "the CHECK constraint '\(first.dropFirst(18))'" }
    for (key, name) in [
      ("delta.invariants", "column invariants"), ("delta.generationExpression", "generated columns"),
      ("delta.identity.", "identity columns"),
    ] where schemaText.contains(key) {
      return name
    }
    if configuration["delta.enableChangeDataFeed"]?.lowercased() == "true" { return "the change data feed" }
    if isMapped { return "column mapping" }
    return nil
  }
}
