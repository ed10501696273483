package dev.mailtide.app;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandleProxies;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What SIGTERM and SIGINT do while the process is ending already: the JVM ignores them. Reached by name, since {@code
 * sun.misc.Signal}, the only way to them, is in every JDK from 17 to 25 (module jdk.unsupported), but the compiler warns of
 * each use and can not be told to let it pass. Where it is missing, a second signal goes on doing nothing.
 */
final class StopSignals {

    private static final Logger LOG = LoggerFactory.getLogger(StopSignals.class);

    private StopSignals() {}

    /** From now on SIGTERM and SIGINT run this, each on a thread of its own. */
    static void handleBy(Runnable action) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            MethodHandle run = MethodHandles.dropArguments(
                    lookup.findVirtual(Runnable.class, "run", MethodType.methodType(void.class))
                            .bindTo(action),
                    0,
                    signal);
            Object handling = MethodHandleProxies.asInterfaceInstance(handler, run);
            for (String name : new String[] {"TERM", "INT"}) {
                signal.getMethod("handle", signal, handler)
                        .invoke(null, signal.getConstructor(String.class).newInstance(name), handling);
            }
        } catch (ReflectiveOperationException | IllegalArgumentException e) {
            LOG.debug("a second signal will not be noticed", e);
        }
    }
}
