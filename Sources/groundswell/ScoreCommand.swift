import ArgumentParser
import GroundswellEngine

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// `groundswell score REQUESTS.jsonl`: of the program and not of the shell, since its responses are another program's to read.
struct ScoreCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "score", abstract: "Answer detection requests, one JSON object a line, as the retired service did.",
    discussion: """
      A line in is {"detectMode": "last" or "entire", "request": {REST body}}, a line out the REST response, or \
      {"code", "message"} for a request that cannot be answered; in the same order.

        groundswell score requests.jsonl > responses.jsonl
      """)

  @Argument(help: ArgumentHelp("The requests; - for standard input.", valueName: "file"))
  var file: String

  /// Runs with the words behind `score`.
  static func run(arguments: [String], noColor: Bool) async throws {
    do {
      try await parse(arguments).run(noColor: noColor)
    } catch let error as ExitCode {
      throw error
    } catch {
      // The parser's own messages, under this command's name and not the program's.
      endProgram(after: error)
    }
  }

  private func run(noColor: Bool) async throws {
    let terminal = Terminal(noColor: noColor)
    do {
      try await RequestScoring(path: file).run(atOnce: max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))) {
        terminal.show(line: $0, isData: true)
      }
    } catch {
      terminal.show(failure: sentences(for: error))
      throw ExitCode.failure
    }
  }
}
