import GroundswellEngine
import Testing

@Suite("The prompt")
struct HelpTests {
  @Test("has help for every command", arguments: CommandList.names)
  func help(name: String) async throws {
    let text = try await Session().run(Cell("help \(name)")).outputs.map(\.plainText).joined()
    #expect(text.contains("OVERVIEW:") && text.contains("USAGE: \(name)"), "\(text)")
    let lines = text.split(separator: "\n")
    #expect(lines.allSatisfy { $0.count <= 80 || $0.hasPrefix("USAGE:") })
    for example in lines.filter({ $0.hasPrefix("  \(name) ") }) {
      for case .command(let words) in try Cell(String(example)).statements().map(\.content) {
        _ = try CommandList.set.command(for: words)
      }
    }
  }
}
