package org.flatgaze.runtime.service;

import java.util.EnumSet;
import java.util.Set;
import java.util.function.Consumer;
import org.flatgaze.runtime.publish.DeviceState;

/**
 * What a service says about itself: degraded as long as any cause stands, else ready. Says it when it changes, and nothing
 * before the first sample. Any thread.
 */
final class ServiceHealth {

    /** Why a service is degraded. */
    enum Cause {
        /** A stage fails frame after frame. */
        STAGES,
        /** The source is silent. */
        NO_FRAMES,
        /** The accelerator is lost, a spare works. */
        ACCELERATOR
    }

    private final Consumer<DeviceState> publish;
    private final Set<Cause> causes = EnumSet.noneOf(Cause.class);
    private boolean begun;
    private DeviceState said;

    ServiceHealth(Consumer<DeviceState> publish) {
        this.publish = publish;
    }

    /** Samples flow: from here on there is something to say. */
    synchronized void begin() {
        begun = true;
        say();
    }

    synchronized void degrade(Cause cause) {
        causes.add(cause);
        // A source that never delivers must be heard of too.
        begun |= cause != Cause.ACCELERATOR;
        say();
    }

    synchronized void recover(Cause cause) {
        causes.remove(cause);
        say();
    }

    private void say() {
        DeviceState state = causes.isEmpty() ? DeviceState.READY : DeviceState.DEGRADED;
        if (begun && state != said) {
            said = state;
            publish.accept(state);
        }
    }
}
