package import EventHub

extension AddressError: Explained {
  private static let form = "kafka://HOST:9092/TOPIC"

  package var remedy: String? {
    switch self {
    case .partWithoutValue, .noKey: "copy it whole from the portal: Shared access policies, Connection string"
    case .emptyPart: "copy it whole from the portal"
    case .noEndpoint: "begin it with Endpoint=sb://NAMESPACE.servicebus.windows.net/"
    case .signature: "use a connection string with SharedAccessKeyName and SharedAccessKey"
    case .maskedKey: "put the connection string into the environment and write: connect hub env:NAME"
    case .otherHub: "leave --hub out, or use the namespace's own string"
    case .noHub: "add --hub NAME"
    case .unknownScheme, .badServer: "write \(Self.form)"
    case .passwordInAddress: "write \(Self.form) --user NAME --password env:NAME"
    case .noTopic: "write \(Self.form), or add --hub TOPIC"
    case .otherTopic: "leave --hub out, or the address's topic"
    case .badTopic: "use at most 249 letters, digits, ., _ and -"
    case .missingPassword: "add --user NAME --password env:NAME"
    case .uselessPassword: "use --security sasl-ssl or sasl-plaintext, or leave --user and --password out"
    case .uselessCertificates: "add --security ssl, or leave --ca-file out"
    }
  }
}
