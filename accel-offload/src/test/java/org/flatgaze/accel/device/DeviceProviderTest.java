package org.flatgaze.accel.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.flatgaze.accel.Accelerator;
import org.flatgaze.accel.AcceleratorException;
import org.flatgaze.accel.AcceleratorProvider;
import org.flatgaze.accel.Accelerators;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class DeviceProviderTest {

    private final AcceleratorProvider provider = Accelerators.byId("device");

    @AfterEach
    void clear() {
        System.clearProperty(DeviceProvider.PROPERTY);
    }

    @Test
    void shouldUseTheLoopbackAndSaySoWhenNoHardwareIsConfigured() {
        assertTrue(provider.probe().usable());
        assertTrue(provider.probe().detail().startsWith("loopback: a simulated device in this process"));
        try (Accelerator accelerator = provider.open()) {
            assertEquals("device", accelerator.id());
        }
    }

    @Test
    void shouldSayWhyWhenTheConfiguredDeviceIsNotThere() {
        System.setProperty(DeviceProvider.PROPERTY, "uio:/dev/uio987");
        assertFalse(provider.probe().usable());
        assertTrue(
                provider.probe().detail().contains("/dev/uio987: no such UIO device"),
                provider.probe().detail());
        assertThrows(AcceleratorException.class, provider::open);
        System.setProperty(DeviceProvider.PROPERTY, "tcp:127.0.0.1:1");
        assertTrue(
                provider.probe().detail().contains("nobody answers"),
                provider.probe().detail());
        System.setProperty(DeviceProvider.PROPERTY, "usb:3");
        assertEquals(
                "flatgaze.device=usb:3: expected uio:/dev/uioN or tcp:host:port",
                provider.probe().detail());
    }
}
