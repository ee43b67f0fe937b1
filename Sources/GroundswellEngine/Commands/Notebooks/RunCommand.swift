import ArgumentParser
import DurableFiles
import NotebookFormat
import StreamProcessing
import Rendering

struct RunCommand: SessionCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Run notebooks in this session, in order, and show their outputs.",
    discussion: """
      The first cell that fails stops the run, unless --keep-going; outputs so far are saved. Cells tagged raises-exception
      may fail; cells tagged skip-execution are skipped.

        run notebooks/SendTweetsToEventHub.ipynb
        run notebooks/AnalyzeTweetsFromEventHub.ipynb -p hours 48 --timeout 10m
      """.flowing)

  @Argument(help: "Notebooks: .ipynb, or a text form.", completion: .file())
  var notebooks: [String]

  @Option(
    name: .customShort("p"), parsing: .unconditionalSingleValue,
    help: ArgumentHelp("Override a parameter of the notebook: NAME VALUE.", valueName: "name value"))
  var parameters: [String] = []

  /// Writes `-p NAME VALUE` as two options of one value, whatever the value begins with.
  static func prepared(_ arguments: [String]) -> [String] {
    var prepared: [String] = []
    var rest = arguments[...]
    while let word = rest.popFirst() {
      prepared.append(word)
      guard word == "-p", let name = rest.popFirst() else { continue }
      prepared.append(name)
      if let value = rest.popFirst() { prepared += ["-p", value] }
    }
    return prepared
  }

  /// Behind -p: a parameter of the notebooks that are named, then any value.
  static func completions(of valueName: String, after arguments: [String]) -> [String]? {
    guard arguments.last == "-p" else { return arguments.dropLast().last == "-p" ? [] : nil }
    let paths = arguments.filter { (try? DurableFiles.status(of: $0))?.kind == .file }
    return paths.flatMap { path in
      (try? Notebook(reading: path)).map { Array(NotebookParameters(of: $0).defaults.keys) } ?? []
    }
  }

  /// The values of parameters whose names suggest a secret.
  static func secretIndices(in arguments: [String], positionals: [Int]) -> [Int] {
    arguments.indices.filter {
      $0 > 1 && arguments[$0 - 2] == "-p" && SecretWords.isSecret(name: arguments[$0 - 1])
    }
  }

  @Option(
    name: .customShort("o"), help: ArgumentHelp("Save the last notebook with its outputs.", valueName: "file"),
    completion: .file())
  var output: String?

  @Option(help: ArgumentHelp("Maximum time of the whole run.", valueName: "time"))
  var timeout: String?

  @Flag(help: "Also run the cells after one that fails.")
  var keepGoing = false

  @Flag(help: "Also set parameters that no notebook has.")
  var allowUnknown = false

  func validate() throws {
    guard !notebooks.isEmpty else { throw ValidationError("run which notebook?") }
    guard parameters.count.isMultiple(of: 2) else { throw ValidationError("-p takes a NAME and a VALUE") }
    if let timeout, (try? Duration(parsing: timeout)) == nil {
      throw ValidationError("--timeout takes a time like 90s or 10m, not '\(timeout)'")
    }
  }

  func run(in session: Session) async throws -> [Output] {
    var options = ReplayOptions(allowsUnknown: allowUnknown, keepsGoing: keepGoing)
    if let timeout {
      let limit = try Duration(parsing: timeout)
      options.deadline = .now + limit
      options.limit = limit.written
    }
    let read = try checked()
    let output = try output.map { try session.outputFiles.file($0).path }
    var failures: [(text: String, place: FaultPlace?)] = []
    for (index, path) in notebooks.enumerated() {
      let replay: Replay
      guard await session.begin(path) else {
        throw CellFailure(
          failure: "\(path) runs itself without end\ndelete the cell that runs it")
      }
      do {
        options.parameters = values(for: index, of: read)
        // Save after each cell, so that a crash loses no outputs.
        if let output, index == notebooks.count - 1 { options.save = { try $0.write(to: output) } }
        replay = try await session.replay(read[index], options)
        await session.end(path)
      } catch {
        await session.end(path)
        throw CellFailure(failure: "\(path): \(sentences(for: error))")
      }
      let failure = replay.failure.map { "\(path), \($0)" }
      if let failure { failures.append((failure, replay.place)) }
      if let output, failure != nil || index == notebooks.count - 1 {
        do { try replay.notebook.write(to: output) } catch {
          // Report both failures.
          throw CellFailure(failure: (failure.map { $0 + "\n" } ?? "") + sentences(for: error))
        }
      }
      if failure != nil, !keepGoing || Task.isCancelled || options.isOver { break }
    }
    guard failures.isEmpty else {
      throw CellFailure(
        failure: failures.map(\.text).joined(separator: "\n"),
        place: failures.count == 1 ? failures[0].place : nil)
    }
    return []
  }

  /// Reads the notebooks, and checks their parameters and the output, before any cell runs.
  private func checked() throws -> [Notebook] {
    let read = try notebooks.map { try Notebook(reading: $0) }
    for (index, path) in notebooks.enumerated() {
      do {
        try NotebookParameters(of: read[index]).check(values(for: index, of: read), allowsUnknown: allowUnknown)
      } catch {
        throw CellFailure(failure: "\(path): \(sentences(for: error))")
      }
    }
    if let output {
      let folder = output.lastIndex(of: "/").map { String(output[..<$0]) } ?? "."
      guard try folder.isEmpty || DurableFiles.isFolder(folder) else {
        throw NoSuchFolder(output: output, folder: folder)
      }
    }
    return read
  }

  struct NoSuchFolder: Explained {
    let output: String
    let folder: String
    var problem: String { "\(output) cannot be written: there is no folder \(folder)" }
    var remedy: String? { "create it first, or name another file: -o FILE" }
  }

  /// The parameters of a notebook. With several notebooks each takes those that it has; the last one also takes, and so reports,
  /// those that none has.
  private func values(for index: Int, of read: [Notebook]) -> [String: String] {
    var values: [String: String] = [:]
    for index in stride(from: 0, to: parameters.count, by: 2) { values[parameters[index]] = parameters[index + 1] }
    guard notebooks.count > 1 else { return values }
    let known = read.map { Set(NotebookParameters(of: $0).defaults.keys) }
    return values.filter { name, _ in
      known[index].contains(name) || (index == notebooks.count - 1 && !known.contains { $0.contains(name) })
    }
  }
}
