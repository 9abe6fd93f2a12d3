package io.wayfarer.journey;

@EngineContext
class PolicyOnH2Test extends PolicyContract {}
