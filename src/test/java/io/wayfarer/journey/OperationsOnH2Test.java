package io.wayfarer.journey;

@EngineContext
class OperationsOnH2Test extends OperationsContract {}
