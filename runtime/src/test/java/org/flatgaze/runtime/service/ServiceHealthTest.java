package org.flatgaze.runtime.service;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.flatgaze.runtime.publish.DeviceState;
import org.flatgaze.runtime.service.ServiceHealth.Cause;
import org.junit.jupiter.api.Test;

final class ServiceHealthTest {

    private final List<DeviceState> published = new ArrayList<>();
    private final ServiceHealth health = new ServiceHealth(published::add);

    @Test
    void shouldPublishDegradedWhileTheAcceleratorIsLostAndReadyWhenItReturns() {
        health.begin();
        health.degrade(Cause.ACCELERATOR);
        health.recover(Cause.ACCELERATOR);
        assertEquals(List.of(DeviceState.READY, DeviceState.DEGRADED, DeviceState.READY), published);
    }

    @Test
    void shouldStayDegradedUntilTheLastCauseIsGone() {
        health.begin();
        health.degrade(Cause.NO_FRAMES);
        health.degrade(Cause.ACCELERATOR);
        health.recover(Cause.NO_FRAMES);
        assertEquals(List.of(DeviceState.READY, DeviceState.DEGRADED), published);
        health.recover(Cause.ACCELERATOR);
        assertEquals(DeviceState.READY, published.getLast());
    }

    @Test
    void shouldBeginDegradedWhenTheAcceleratorWasLostBeforeTheFirstSample() {
        health.degrade(Cause.ACCELERATOR);
        assertEquals(List.of(), published, "nothing to say before samples flow");
        health.begin();
        assertEquals(List.of(DeviceState.DEGRADED), published);
    }
}
