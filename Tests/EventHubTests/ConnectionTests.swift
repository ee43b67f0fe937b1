import EventHub
import Testing

@Suite("Connections")
struct ConnectionTests {
  static let namespace =
    "Endpoint=sb://contoso.servicebus.windows.net/;SharedAccessKeyName=Root;SharedAccessKey=c2VjcmV0S2V5=="

  /// Server, topic, security.
  static func summary(_ address: KafkaAddress) -> String {
    "\(address.server) \(address.topic) \(address.security.rawValue)"
  }

  @Test(
    "strings of Event Hubs are read as the SDKs read them",
    arguments: [
      (namespace, "tweets", "contoso.servicebus.windows.net:9093 tweets sasl-ssl"),
      (namespace + ";EntityPath=tweets", nil, "contoso.servicebus.windows.net:9093 tweets sasl-ssl"),
      (namespace + ";EntityPath=tweets", "Tweets", "contoso.servicebus.windows.net:9093 tweets sasl-ssl"),
      (
        " ; entitypath = t ;SHAREDACCESSKEY=a=b==; sharedaccesskeyname=n;endpoint=amqps://h.example:5671/ ;New=1;", nil,
        "h.example:9093 t sasl-ssl"
      ),
      (
        "Endpoint=sb://localhost;SharedAccessKeyName=R;SharedAccessKey=SAS_KEY_VALUE;UseDevelopmentEmulator=true;",
        "eh1",
        "localhost:9092 eh1 sasl-plaintext"
      ),
    ])
  func strings(text: String, hub: String?, summary: String) throws {
    let address = try ConnectionString(parsing: text).address(hub: hub)
    #expect(Self.summary(address) == summary)
    #expect(address.user == "$ConnectionString")
    // The whole string is the password, and nothing shows it.
    #expect(address.password?.value == text)
    #expect(!"\(address) \(String(reflecting: address)) \(address.description)".contains("SharedAccessKey="))
    var dumped = ""
    dump(address, to: &dumped)
    #expect(!dumped.contains("SharedAccessKey="))
  }

  @Test(
    "strings that cannot work say what is missing, without the key",
    arguments: [
      (namespace, nil, "the connection string is for a namespace and names no hub"),
      (
        namespace + ";EntityPath=tweets", "other",
        "the connection string is for the hub tweets, not other"
      ),
      (
        "Endpoint=sb://h/;SharedAccessKeyName=n", "t",
        "the connection string has no SharedAccessKeyName and SharedAccessKey"
      ),
      (
        "SharedAccessKeyName=n;SharedAccessKey=secret", "t",
        "the connection string has no Endpoint with a host"
      ),
      (
        "Endpoint=sb:///;SharedAccessKeyName=n;SharedAccessKey=secret", "t",
        "the connection string has no Endpoint with a host"
      ),
      (
        "Endpoint=sb://h/;SharedAccessKeyName=;SharedAccessKey=secret", "t",
        "the connection string's SharedAccessKeyName is empty"
      ),
      (
        "Endpoint=sb://h/;secret;SharedAccessKeyName=n", "t",
        "the connection string has a part without '='"
      ),
      (
        "Endpoint=sb://h/;SharedAccessSignature=secret", "t",
        "Event Hubs accepts no SharedAccessSignature on its Kafka endpoint"
      ),
      (
        "Endpoint=sb://h/;SharedAccessKeyName=n;SharedAccessKey=…", "t",
        "the connection string's key is masked, as notebooks keep it"
      ),
      (
        namespace, "a b",
        "invalid name of a hub or topic 'a b'"
      ),
    ])
  func badStrings(text: String, hub: String?, message: String) {
    let error = #expect(throws: AddressError.self) { try ConnectionString(parsing: text).address(hub: hub) }
    #expect(error?.description == message)
    #expect(error?.description.contains("secret") == false)
  }

  @Test(
    "addresses of Kafka",
    arguments: [
      ("kafka://localhost:9092/tweets", nil, nil, nil, "localhost:9092 tweets plaintext"),
      ("kafka://localhost/tweets", nil, nil, nil, "localhost:9092 tweets plaintext"),
      ("kafka://[::1]:19092", "t", nil, nil, "[::1]:19092 t plaintext"),
      ("kafka://a:1,b:2/t", "t", nil, nil, "a:1 t plaintext"),
      ("kafka://a:1/t", nil, KafkaAddress.Security.ssl, nil, "a:1 t ssl"),
      ("kafka://a:1/t", nil, nil, "ann", "a:1 t sasl-ssl"),
      ("kafka://a:1/t", nil, .saslPlaintext, "ann", "a:1 t sasl-plaintext"),
    ])
  func addresses(text: String, hub: String?, security: KafkaAddress.Security?, user: String?, summary: String) throws {
    let address = try KafkaAddress(
      parsing: text, hub: hub, security: security, user: user, password: user.map { _ in Secret("secret") })
    #expect(Self.summary(address) == summary)
  }

  @Test(
    "addresses that cannot work",
    arguments: [
      ("kafka://", nil, nil, "invalid host and port '' in 'kafka://'"),
      ("kafka://h:0/t", nil, nil, "invalid host and port 'h:0' in 'kafka://h:0/t'"),
      (
        "kafka://h:99999/t", nil, nil,
        "invalid host and port 'h:99999' in 'kafka://h:99999/t'"
      ),
      ("kafka://a,/t", nil, nil, "invalid host and port '' in 'kafka://a,/t'"),
      ("http://h/t", nil, nil, "invalid address 'http://h/t'"),
      ("kafka://h", nil, nil, "'kafka://h' names no topic"),
      ("kafka://h/t", "u", nil, "'kafka://h/t' names the topic t, not u"),
      (
        "kafka://h/t/u", nil, nil,
        "invalid name of a hub or topic 't/u'"
      ),
      (
        "kafka://ann:secret@h/t", nil, nil,
        "a password in an address can be read by others"
      ),
      (
        "kafka://h/t", nil, KafkaAddress.Security.saslSSL,
        "sasl-ssl needs a user and a password"
      ),
    ])
  func badAddresses(text: String, hub: String?, security: KafkaAddress.Security?, message: String) {
    let error = #expect(throws: AddressError.self) {
      try KafkaAddress(parsing: text, hub: hub, security: security)
    }
    #expect(error?.description == message)
  }

  /// The words are librdkafka's, from real brokers and proxies; for wrong keys and the Basic tier, which had no broker at hand, they
  /// are from its and Microsoft's texts.
  @Test(
    "errors name what the address names",
    arguments: [
      (
        false, "_RESOLVE", "127.0.0.1:1/bootstrap: Failed to resolve 'h:1': Name or service not known",
        "unknown host 'h'"
      ),
      (
        true, "_RESOLVE", "Failed to resolve",
        "unknown host 'c.example'"
      ),
      (
        false, "_TRANSPORT",
        "h:1/bootstrap: Connect to ipv4#127.0.0.1:1 failed: Connection refused (after 0ms in state CONNECT)",
        "connection refused by h:1"
      ),
      (
        false, "_TRANSPORT",
        "h:1/bootstrap: Disconnected while requesting ApiVersion: might be caused by incorrect security.protocol configuration (connecting to a SSL listener?)",
        "h:1 closed the connection as soon as it began"
      ),
      (
        true, "_TRANSPORT", "sasl_ssl://c.example:9093/bootstrap: Disconnected",
        "c.example:9093 closed the connection as soon as it began"
      ),
      (
        false, "_SSL",
        "ssl://h:1/bootstrap: SSL handshake failed: error:0A000126:SSL routines::unexpected eof while reading (after 0ms in state SSL_HANDSHAKE)",
        "h:1 closed the connection before TLS began"
      ),
      (
        false, "_SSL",
        "ssl://h:1/bootstrap: SSL handshake failed: error:0A000086:SSL routines::certificate verify failed: broker certificate could not be verified, verify that ssl.ca.location is correctly configured or root CA certificates are installed (install ca-certificates package) (after 4ms in state SSL_HANDSHAKE)",
        "the certificate of h:1 is not trusted, or belongs to another host"
      ),
      (
        false, "_SSL", "ssl://h:1/bootstrap: SSL handshake failed: error:0A00010B:SSL routines::wrong version number",
        "h:1 does not speak TLS"
      ),
      (
        false, "_RESOLVE",
        "broker-1.internal:9092/1: Failed to resolve 'broker-1.internal:9092': Name or service not known (after 2ms in state CONNECT)",
        "the broker at h:1 calls itself broker-1.internal:9092, which cannot be reached: Failed to resolve 'broker-1.internal:9092': Name or service not known"
      ),
      (
        false, "_SSL", "ssl.ca.location failed: error:80000002:system library::No such file or directory",
        "TLS with h:1 failed: ssl.ca.location failed: error:80000002:system library::No such file or directory"
      ),
      (
        false, "_AUTHENTICATION",
        "sasl_ssl://h:1/bootstrap: SASL authentication error: Invalid username or password (after 300ms in state AUTH_REQ)",
        "h:1 refused the user 'ann' or the password: SASL authentication error: Invalid username or password"
      ),
      (
        true, "_AUTHENTICATION",
        "SASL authentication error: Invalid SASL mechanism response, server may be expecting a different protocol",
        "c.example refused the connection string's key: SASL authentication error: Invalid SASL mechanism response, server may be expecting a different protocol"
      ),
      (
        false, "_AUTHENTICATION",
        "SASL PLAIN mechanism handshake failed: Broker: Unsupported SASL mechanism: broker's supported mechanisms: SCRAM-SHA-256",
        "h:1 does not offer SASL PLAIN: SASL PLAIN mechanism handshake failed: Broker: Unsupported SASL mechanism: broker's supported mechanisms: SCRAM-SHA-256"
      ),
      (
        true, "TOPIC_AUTHORIZATION_FAILED", "Broker: Topic authorization failed",
        "c.example does not let this key use the hub 't' over Kafka"
      ),
      (
        true, "UNKNOWN_TOPIC_OR_PART", "Broker: Unknown topic or partition",
        "there is no hub 't' at c.example:9093"
      ),
      (
        false, "_TIMED_OUT", "Local: Timed out",
        "h:1 does not answer"
      ),
      (
        false, "_BAD_MSG",
        "h:1/bootstrap: Receive failed: Invalid response size 1213486160 (0..100000000): increase receive.message.max.bytes",
        "h:1 does not speak Kafka's protocol"
      ),
      (
        false, "INVALID_REPLICATION_FACTOR", "Broker: Invalid replication factor",
        "h:1 failed: Broker: Invalid replication factor (INVALID_REPLICATION_FACTOR)"
      ),
    ])
  func errors(isEventHubs: Bool, name: String, reason: String, message: String) throws {
    let address =
      try isEventHubs
      ? ConnectionString(parsing: "Endpoint=sb://c.example/;SharedAccessKeyName=n;SharedAccessKey=k").address(hub: "t")
      : KafkaAddress(parsing: "kafka://h:1/t", user: "ann", password: Secret("secret"))
    let topics = name == "UNKNOWN_TOPIC_OR_PART" ? ["a", "b", "c", "d", "e", "f"] : []
    #expect(BrokerError(KafkaFault(name, reason), address, topics: topics).description == message)
  }
}
