import Pipeline

extension NameFault: Explained {
  package var problem: String {
    switch self {
    case .invalid(let name): "invalid name '\(name)'"
    case .takenByView(let name): "the name '\(name)' is taken by a view"
    case .takenByTable(let name, let other): "the name '\(name)' differs from the table '\(other)' by case alone"
    case .takenByQuery(let name): "the name '\(name)' is taken by a running query"
    }
  }

  package var remedy: String? {
    switch self {
    case .invalid:
      "use letters, digits, _ and -, beginning with a letter or _ (names in sqlite_ are reserved for SQLite)"
    case .takenByView(let name): "choose another name, or: DROP VIEW \(name);"
    case .takenByTable(_, let other): "choose another name, or: write to '\(other)'"
    case .takenByQuery(let name): "choose another name, or: stop \(name)"
    }
  }

  package var wordAtFault: String? {
    switch self {
    case .invalid(let name), .takenByView(let name), .takenByTable(let name, _), .takenByQuery(let name): name
    }
  }
}

extension NoSuchTable: Explained {
  private var asName: UnknownName {
    UnknownName(kind: "table or view", name: name, known: known, remedy: "write AGGREGATE --to TABLE makes one")
  }

  package var problem: String { asName.problem }
  package var remedy: String? { asName.remedy }
  package var wordAtFault: String? { name }
}

extension RewrittenTable: Explained {
  package var problem: String {
    "the query of the checkpoint \(checkpoint) replaces all rows of \(table) with each batch (mode complete): imported rows would be lost"
  }
  package var remedy: String? {
    "import to another table (--to NAME), or replace the rows of this one (--mode overwrite)"
  }
}

extension LinkOutOfWorkspace: Explained {
  package var problem: String {
    "\(path) is a link that leads out of the workspace: writing would change what it leads to"
  }
  package var remedy: String? { "remove the link, or name the workspace that you mean: --workspace DIR" }
}

/// `check` has no effects outside of its workspace.
extension RehearsalRefusal: Explained {
  package var problem: String {
    let deed =
      switch self {
      case .change(let hub): "change the hub \(hub)"
      case .send(let hub): "send to the broker's hub \(hub)"
      case .ask(let service): "ask \(service)"
      case .write(let path): "write \(path), which is outside of its workspace"
      }
    return "check has no external effects, so it will not \(deed)"
  }

  package var remedy: String? {
    if case .write = self { return "run the notebook, or tag the cell skip-execution" }
    return "run the notebook, or check it with a hub in the workspace"
  }
}

extension RetentionIsTheBrokers: Explained {
  package var problem: String { "hub retain: a broker keeps events as its own settings say" }
  package var remedy: String? { "set retention.ms and retention.bytes of the topic there" }
}

extension UnknownTimeZone: Explained {
  private var asName: UnknownName {
    UnknownName(
      kind: "time zone", name: name, known: known,
      remedy: "name one of the tz database, like Europe/Berlin or UTC (the system's package tzdata has them)",
      listsKnown: false)
  }

  package var problem: String { asName.problem }
  package var remedy: String? { asName.remedy }
  package var wordAtFault: String? { name }
}

extension UnknownTimeUnit: Explained {
  private var asChoice: UnknownChoice { UnknownChoice(taker: function, value: unit, values: known) }

  package var problem: String { asChoice.problem }
  package var remedy: String? { asChoice.remedy }
}
