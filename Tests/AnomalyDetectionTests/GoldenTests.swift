import Testing

@Suite("Golden cases")
struct GoldenTests {
  @Test("of spectral residual in one pass are answered as the open-sourced detector answers them")
  func spectralResidual() throws {
    var count = 0
    for family in GoldenCase.families where family != "ext_params" {
      for golden in try GoldenCase.family(family) {
        guard golden.model?.hasPrefix("SpectralResidual") == true, golden.delta == 0 else { continue }
        count += 1
        #expect(golden.differences().prefix(3) == [], "\(golden.id)")
      }
    }
    #expect(count == 26)
  }

  @Test("of faulty requests are answered with their codes")
  func errors() throws {
    for golden in try GoldenCase.family("errors") {
      #expect(golden.differences() == [], "\(golden.id)")
    }
  }
}
