import Testing

@testable import BrokerServer

@Suite("LocalEndpoint")
struct LocalEndpointTests {
    @Test(
        "loopback in digits and ipc are local",
        arguments: [
            "tcp://127.0.0.1:5570", "tcp://127.255.0.9:1", "tcp://[::1]:5570", "ipc:///run/x.sock",
        ])
    func local(endpoint: String) { #expect(LocalEndpoint.isLocal(endpoint)) }

    @Test(
        "everything else is not, names included",
        arguments: [
            "tcp://0.0.0.0:5570", "tcp://*:5570", "tcp://localhost:5570", "tcp://10.0.0.1:5570",
            "tcp://128.0.0.1:5570", "tcp://[::]:5570", "tcp://127.0.0.1.example:5570", "ipc://",
            "tcp://127.0.0.1", "tcp://127.1:5570", "inproc://x", "", "tcp://eth0:5570",
            "tcp://127.0.0.256:1",
        ])
    func remote(endpoint: String) { #expect(!LocalEndpoint.isLocal(endpoint)) }
}
