package org.flatgaze.accel;

import java.util.List;
import java.util.ServiceLoader;
import java.util.stream.Collectors;

/** The accelerators on the class path, found as services. A backend is chosen by its id, never by priority. */
public final class Accelerators {

    private Accelerators() {}

    /** All providers, in class path order; none is probed. */
    public static List<AcceleratorProvider> all() {
        return ServiceLoader.load(AcceleratorProvider.class).stream()
                .map(ServiceLoader.Provider::get)
                .toList();
    }

    /**
     * The provider with this id.
     *
     * @throws IllegalArgumentException if there is none; the message lists the ids there are
     */
    public static AcceleratorProvider byId(String id) {
        List<AcceleratorProvider> providers = all();
        for (AcceleratorProvider provider : providers) {
            if (provider.id().equals(id)) {
                return provider;
            }
        }
        throw new IllegalArgumentException("backend=" + id + ": expected one of "
                + providers.stream().map(AcceleratorProvider::id).sorted().collect(Collectors.joining(", ")));
    }
}
