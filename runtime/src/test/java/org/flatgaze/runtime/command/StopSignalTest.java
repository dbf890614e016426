package org.flatgaze.runtime.command;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

@DisabledOnOs(OS.WINDOWS)
final class StopSignalTest {

    @Test
    void shouldAskToStopInsteadOfEndingTheProcess() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        try (StopSignal _ = StopSignal.listen(asked::countDown)) {
            // Raised inside this JVM; without a listener the test run itself would end here.
            Class<?> type = Class.forName("sun.misc.Signal");
            type.getMethod("raise", type)
                    .invoke(null, type.getConstructor(String.class).newInstance("TERM"));
            assertTrue(asked.await(10, TimeUnit.SECONDS));
        }
    }
}
