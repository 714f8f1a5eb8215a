PROTO_OPTIONS = --swift_opt=Visibility=Package --swift_opt=FileNaming=DropPath --swift_opt=UseAccessLevelOnImports=true

.PHONY: proto
proto: ## Regenerate the Swift of the two .proto files (needs protoc and protoc-gen-swift).
	protoc --proto_path=Sources/Shared/GridCodec --swift_out=Sources/Shared/GridCodec $(PROTO_OPTIONS) wire.proto
	protoc --proto_path=Sources/Broker/BrokerJournal --swift_out=Sources/Broker/BrokerJournal $(PROTO_OPTIONS) journal.proto
