package org.flatgaze.accel.device;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/** What a driver has seen. Any thread. */
public final class DeviceCounters {

    private final AtomicLongArray faults = new AtomicLongArray(DeviceFault.values().length);
    private final AtomicLong operations = new AtomicLong();
    private final AtomicLong resets = new AtomicLong();

    void fault(DeviceFault fault) {
        faults.incrementAndGet(fault.ordinal());
    }

    void operation() {
        operations.incrementAndGet();
    }

    void reset() {
        resets.incrementAndGet();
    }

    /** Faults of one kind. */
    public long faults(DeviceFault fault) {
        return faults.get(fault.ordinal());
    }

    /** Faults by kind, all kinds. */
    public Map<DeviceFault, Long> faults() {
        Map<DeviceFault, Long> counts = new EnumMap<>(DeviceFault.class);
        for (DeviceFault fault : DeviceFault.values()) {
            counts.put(fault, faults(fault));
        }
        return counts;
    }

    /** Runs whose outputs were accepted. */
    public long operations() {
        return operations.get();
    }

    /** Resets sent to the device. */
    public long resets() {
        return resets.get();
    }
}
