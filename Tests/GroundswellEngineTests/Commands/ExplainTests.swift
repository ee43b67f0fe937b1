import DurableFiles
import Foundation
import GroundswellEngine
import Testing

@Suite("An explanation")
struct ExplainTests {
  static func lines(_ cell: String) async throws -> [Substring] {
    let folder = NSTemporaryDirectory() + "explain-" + UUID().uuidString
    defer { try? DurableFiles.remove(folder) }
    let session = try Session(workspace: folder)
    let defined = """
      send --sample
      stream s --schema 'timestamp TIMESTAMP, favorite INT'
      aggregate h --from s --window 1h --avg favorite --as average
      write h --to likes
      """
    _ = await session.run(Cell(defined))
    let result = await session.run(Cell(cell))
    return (result.failure.map { "! " + $0 } ?? result.outputs.map(\.plainText).joined(separator: "\n"))
      .split(separator: "\n")
  }

  @Test(
    "says what was found, how it was judged and what would change the verdict",
    arguments: [
      (
        "explain likes --at 2019-04-17T20:00:00Z",
        """
        2019-04-17T20:00:00Z: 478.606 is an anomaly: high
        model     seasonal: there is a season; judges what it and the trend leave
        season    168 points, found; 18 % of what the trend leaves is season
        expected  10.2303
        band      9.71875 to 10.7418, at sensitivity 95
        distance  467.864 above the band: 457 times its width
        flips     at no sensitivity
        likes: average around it
        """
      ),
      (
        "explain likes --at 2019-04-16T04:00:00Z",
        """
        2019-04-16T04:00:00Z: 22.8333 is an anomaly: high
        model     seasonal: there is a season; judges what it and the trend leave
        season    168 points, found; 18 % of what the trend leaves is season
        expected  14.6765
        band      13.9426 to 15.4103, at sensitivity 95
        distance  7.42306 above the band: 5.1 times its width
        flips     normal from sensitivity 44 down
        likes: average around it
        """
      ),
      (
        "explain likes --period 0 --window 72",
        """
        2019-04-21T23:00:00Z: 9.3 is normal
        model     dynamic threshold: no season; judges what lies far from the bulk
        season    none, as asked for
        """
      ),
      (
        "explain likes --at 2018-01-01",
        """
        ! 'likes' has no point at 2018-01-01T00:00:00Z
        it has points from 2019-04-01T00:00:00Z to 2019-04-21T23:00:00Z
        """
      ),
    ])
  func sentences(cell: String, printed: String) async throws {
    let expected = printed.split(separator: "\n")
    #expect(try await Self.lines(cell).prefix(expected.count) == expected[...])
  }
}
