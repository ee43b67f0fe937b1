import Testing

@Suite("Golden cases")
struct GoldenTests {
  @Test("are answered as the open-sourced detector answers them", arguments: GoldenCase.families)
  func agree(family: String) throws {
    for golden in try GoldenCase.family(family) where family != "ext_params" {
      #expect(golden.differences().prefix(3) == [], "\(golden.id)")
    }
  }

  @Test("of faulty requests are answered with their codes")
  func errors() throws {
    for golden in try GoldenCase.family("errors") {
      #expect(golden.differences() == [], "\(golden.id)")
    }
  }
}
