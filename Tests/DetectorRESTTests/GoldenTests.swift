import Testing

@Suite("Golden cases")
struct GoldenTests {
  @Test("are answered as the open-sourced detector answers them", arguments: GoldenCase.families)
  func agree(family: String) throws {
    let cases = try GoldenCase.family(family)
    var agreeing = 0
    for golden in cases {
      let differences = golden.differences()
      #expect(differences.prefix(3) == [], "\(golden.id)")
      agreeing += differences.isEmpty ? 1 : 0
    }
    #expect(!cases.isEmpty)
    print("golden cases: \(family): \(agreeing) of \(cases.count) agree")
  }
}
