import Columnar
import NotebookFormat
import Rendering

extension Output {
  /// Masks secrets in texts of the program. Tables of data stay unchanged for other programs, unless a notebook keeps them.
  func masked(by secrets: Secrets, isKept: Bool = false) -> Output {
    switch self {
    case .text(let text): .text(secrets.masked(text))
    case .aside(let text): .aside(secrets.masked(text))
    case .listing(let table): .listing(table.masked(by: secrets))
    case .status(let table, let momentary): .status(table.masked(by: secrets), momentary: momentary)
    case .comparison(let comparison):
      .comparison(
        Comparison(
          title: comparison.title, left: secrets.masked(comparison.left.joined(separator: "\n")),
          right: secrets.masked(comparison.right.joined(separator: "\n"))))
    case .table(let table): isKept ? .table(table.masked(by: secrets)) : self
    case .picture: self
    }
  }

  /// The output in a notebook, without secrets.
  func mimeBundle(without secrets: Secrets) -> MIMEBundle {
    let bundle = mimeBundle
    // Values are masked before they are drawn, so that what is drawn keeps its widths.
    guard bundle.values.contains(where: { $0.text.map { secrets.masked($0) != $0 } ?? false }) else { return bundle }
    return masked(by: secrets, isKept: true).mimeBundle.mapValues { $0.text.map { .string(secrets.masked($0)) } ?? $0 }
  }
}

extension Table {
  fileprivate func masked(by secrets: Secrets) -> Table {
    Table(
      schema: schema,
      columns: columns.map { column in
        guard case .string(let texts) = column.values else { return column }
        return Column(
          .string(StringValues((0..<texts.count).lazy.map { secrets.masked(texts[$0]) })), validity: column.validity)
      }, rowCount: rowCount)
  }
}

extension SessionEvent {
  /// Without secrets. Outputs and results come masked.
  func masked(by secrets: Secrets) -> SessionEvent {
    switch self {
    case .live(let outputs): .live(outputs.map { $0.masked(by: secrets) })
    case .progress(let progress): .progress(progress.masked(by: secrets))
    case .message(let text): .message(secrets.masked(text))
    case .cellBegan(let cell): .cellBegan(Cell(secrets.masked(cell: cell.text)))
    case .output, .settings, .cellEnded: self
    }
  }
}

extension Progress {
  /// Counts are frequent, and their unit is the program's own text: only other progress is masked.
  fileprivate func masked(by secrets: Secrets) -> Progress { done > 0 ? self : saying(secrets.masked(what)) }
}

extension NotebookCell {
  /// Masks secrets in the source and in the texts of the outputs.
  func masked(by secrets: Secrets) -> NotebookCell {
    var cell = self
    cell.source = isCode ? secrets.masked(cell: source) : secrets.masked(prose: source)
    if case .code(let outputs, let count) = kind {
      cell.kind = .code(outputs: outputs.map { $0.masked(by: secrets) }, executionCount: count)
    }
    return cell
  }
}

extension CellOutput {
  fileprivate func masked(by secrets: Secrets) -> CellOutput {
    func masked(_ bundle: MIMEBundle) -> MIMEBundle {
      bundle.mapValues { $0.text.map { .string(secrets.masked($0)) } ?? $0 }
    }
    switch self {
    case .stream(let name, let text): return .stream(name: name, text: secrets.masked(text))
    case .display(let data, let metadata): return .display(masked(data), metadata: metadata)
    case .result(let data, let metadata, let count):
      return .result(masked(data), metadata: metadata, executionCount: count)
    case .error(let name, let value, let traceback):
      return .error(name: name, value: secrets.masked(value), traceback: traceback.map { secrets.masked($0) })
    case .other: return self
    }
  }
}

extension Notebook {
  /// Masks secrets in the sources and outputs of all cells.
  func masked(by secrets: Secrets) -> Notebook {
    var notebook = self
    for index in cells.indices { notebook.cells[index] = cells[index].masked(by: secrets) }
    return notebook
  }
}

extension UsageError {
  /// The same, without the secrets among the words.
  func masked(by secrets: Secrets) -> UsageError {
    func masked(_ name: UnknownName) -> UnknownName {
      UnknownName(
        kind: name.kind, name: secrets.masked(name.name), known: name.known, remedy: name.advice,
        listsKnown: name.listsKnown)
    }
    return switch self {
    case .emptyCommand, .endsShell, .programOnly: self
    case .unknownCommand(let name): .unknownCommand(masked(name))
    case .notebookAsCommand(let path): .notebookAsCommand(secrets.masked(path))
    case .unknownOption(let verb, let name): .unknownOption(verb: verb, masked(name))
    case .unknownChoice(let verb, let choice):
      .unknownChoice(
        verb: verb,
        UnknownChoice(taker: choice.taker, value: secrets.masked(choice.value), values: choice.values))
    case .unparsed(let verb, let message): .unparsed(verb: verb, message: secrets.masked(message))
    }
  }
}
