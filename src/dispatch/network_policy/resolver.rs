//! A resolver that hands out only the addresses that the policy lets through.

use std::net::SocketAddr;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use super::{NetworkPolicy, Refused};

/// The system's resolver behind a network policy.
#[derive(Clone, Copy, Debug)]
pub(crate) struct GuardedResolver(pub(crate) NetworkPolicy);

impl Resolve for GuardedResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let policy = self.0;
        Box::pin(async move {
            // The port is the URL's affair: reqwest puts it in where this says 0.
            let found: Vec<SocketAddr> = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            Ok(Box::new(let_through(policy, found)?.into_iter()) as Addrs)
        })
    }
}

/// Those of the addresses that are allowed. The refusal of the first where none is.
fn let_through(policy: NetworkPolicy, found: Vec<SocketAddr>) -> Result<Vec<SocketAddr>, Refused> {
    let mut refused = None;
    let mut allowed = Vec::with_capacity(found.len());
    for address in found {
        match policy.check(address.ip()) {
            Ok(()) => allowed.push(address),
            Err(why) => refused = refused.or(Some(why)),
        }
    }
    match refused {
        Some(why) if allowed.is_empty() => Err(why),
        _ => Ok(allowed),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn addresses(list: &[&str]) -> Vec<SocketAddr> {
        list.iter().map(|text| SocketAddr::new(text.parse().unwrap(), 0)).collect()
    }

    #[test]
    fn private_addresses_of_a_name_are_never_handed_out() {
        let mixed = addresses(&["10.0.0.1", "8.8.8.8", "::1"]);
        assert_eq!(let_through(NetworkPolicy::Public, mixed.clone()), Ok(addresses(&["8.8.8.8"])));
        assert_eq!(let_through(NetworkPolicy::AllowPrivate, mixed.clone()), Ok(mixed));
        assert!(let_through(NetworkPolicy::Public, addresses(&["127.0.0.1", "::1"])).is_err());
        assert_eq!(let_through(NetworkPolicy::Public, Vec::new()), Ok(Vec::new()));
    }

    #[tokio::test]
    async fn the_machines_own_name_is_refused_after_resolution() {
        let refused = GuardedResolver(NetworkPolicy::Public).resolve("localhost".parse().unwrap()).await;
        assert!(refused.err().is_some_and(|why| why.to_string().contains("allow_private")));
        let found = GuardedResolver(NetworkPolicy::AllowPrivate).resolve("localhost".parse().unwrap()).await.unwrap();
        assert!(found.count() > 0);
    }
}
