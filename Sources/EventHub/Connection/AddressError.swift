/// Why a connection string or an address names no hub that can be reached. Never holds a key or a password.
package enum AddressError: Error, Hashable {
  /// The connection string has a part without `=`.
  case partWithoutValue
  /// The connection string's part of that name is empty.
  case emptyPart(String)
  case noEndpoint
  /// The connection string has a SharedAccessSignature, which Event Hubs does not accept over Kafka.
  case signature
  case noKey
  /// The key is masked, as notebooks and history keep it.
  case maskedKey
  /// The connection string is for another hub than the one that was asked for.
  case otherHub(String, wanted: String)
  /// The connection string is a namespace's, and no hub was named.
  case noHub
  /// The text does not begin with `kafka://`.
  case unknownScheme(String)
  case passwordInAddress
  case noTopic(address: String)
  /// The address names another topic than the one that was asked for.
  case otherTopic(String, wanted: String, address: String)
  case badTopic(String)
  /// A host or port of the address.
  case badServer(String, address: String)
  case missingPassword(KafkaAddress.Security)
  case uselessPassword(KafkaAddress.Security)
  case uselessCertificates(KafkaAddress.Security)
}

extension AddressError: CustomStringConvertible {
  /// The problem, in one line.
  package var description: String {
    switch self {
    case .partWithoutValue: "the connection string has a part without '='"
    case .emptyPart(let name): "the connection string's \(name) is empty"
    case .noEndpoint: "the connection string has no Endpoint with a host"
    case .signature: "Event Hubs accepts no SharedAccessSignature on its Kafka endpoint"
    case .noKey: "the connection string has no SharedAccessKeyName and SharedAccessKey"
    case .maskedKey: "the connection string's key is masked, as notebooks keep it"
    case .otherHub(let hub, let wanted): "the connection string is for the hub \(hub), not \(wanted)"
    case .noHub: "the connection string is for a namespace and names no hub"
    case .unknownScheme(let text): "invalid address '\(text)'"
    case .passwordInAddress: "a password in an address can be read by others"
    case .noTopic(let address): "'\(address)' names no topic"
    case .otherTopic(let topic, let wanted, let address): "'\(address)' names the topic \(topic), not \(wanted)"
    case .badTopic(let name): "invalid name of a hub or topic '\(name)'"
    case .badServer(let server, let address): "invalid host and port '\(server)' in '\(address)'"
    case .missingPassword(let security): "\(security.rawValue) needs a user and a password"
    case .uselessPassword(let security): "\(security.rawValue) sends neither user nor password"
    case .uselessCertificates(let security): "\(security.rawValue) has no TLS, so certificates have no effect"
    }
  }
}
