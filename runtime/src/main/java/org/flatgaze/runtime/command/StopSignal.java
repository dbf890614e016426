package org.flatgaze.runtime.command;

import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Turns Ctrl-C and SIGTERM into a request to stop, so that the command ends as it would by itself: everything closed, the
 * summary printed, an exit code of its own. The second signal ends the process at once.
 *
 * <p>A shutdown hook would not do: ONNX Runtime frees its environment in one of its own, hooks run side by side, and a
 * network that runs at that moment takes the JVM down. The JDK's signal interface is used through reflection, because
 * naming it is a compiler warning that cannot be switched off; where it is missing, signals do what they always do.
 */
final class StopSignal implements AutoCloseable {

    private static final List<String> SIGNALS = List.of("INT", "TERM");
    private static final int EXIT_AT_ONCE = 130;

    private final Runnable stop;
    private final Map<Object, Object> previous = new LinkedHashMap<>();
    private boolean asked;

    private StopSignal(Runnable stop) {
        this.stop = stop;
    }

    /**
     * Listens until closed.
     *
     * @param stop asks the work to stop; runs on another thread, at most once, must return at once
     */
    static StopSignal listen(Runnable stop) {
        StopSignal signal = new StopSignal(stop);
        try {
            signal.install();
        } catch (ReflectiveOperationException | IllegalArgumentException e) {
            System.err.println("flatgaze: signals are not handled here (" + e + "); Ctrl-C ends without a summary");
        }
        return signal;
    }

    @SuppressWarnings("ReferenceEquality") // a proxy equals only itself
    private void install() throws ReflectiveOperationException {
        Class<?> handlerType = Class.forName("sun.misc.SignalHandler");
        Object handler = Proxy.newProxyInstance(
                StopSignal.class.getClassLoader(),
                new Class<?>[] {handlerType},
                (self, method, arguments) -> switch (method.getName()) {
                    case "handle" -> {
                        arrived();
                        yield null;
                    }
                    case "equals" -> self == arguments[0];
                    case "hashCode" -> System.identityHashCode(self);
                    default -> "stop signal";
                });
        for (String name : SIGNALS) {
            Object signal = Class.forName("sun.misc.Signal")
                    .getConstructor(String.class)
                    .newInstance(name);
            previous.put(signal, setHandler(signal, handler));
        }
    }

    private static Object setHandler(Object signal, Object handler) throws ReflectiveOperationException {
        Method handle =
                signal.getClass().getMethod("handle", signal.getClass(), Class.forName("sun.misc.SignalHandler"));
        return handle.invoke(null, signal, handler);
    }

    private void arrived() {
        synchronized (this) {
            if (asked) {
                Runtime.getRuntime().halt(EXIT_AT_ONCE);
            }
            asked = true;
        }
        stop.run();
    }

    /** Signals do again what they did before. */
    @Override
    public void close() {
        for (Map.Entry<Object, Object> entry : previous.entrySet()) {
            try {
                setHandler(entry.getKey(), entry.getValue());
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException("a signal handler that was set cannot be set back", e);
            }
        }
        previous.clear();
    }
}
